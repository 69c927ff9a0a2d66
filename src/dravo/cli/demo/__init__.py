"""What `dravo demo` publishes, and how it is shown."""
