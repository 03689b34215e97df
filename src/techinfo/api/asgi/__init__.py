"""What stands between a connection and the routes: who asks, how much, and what is written down."""
