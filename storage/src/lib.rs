//! All durable state of Shop: tables, queues and media bytes; knows no word of the domain.
