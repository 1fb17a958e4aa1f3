//! Search: accounts and statuses by prefix or address.
