//! Streaming: events to open clients, over WebSocket and server-sent events.
