"""The processes of the service: sockets, connections, supervision, reload and logs."""
