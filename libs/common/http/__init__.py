"""What a request meets: limits, the way of a route, problems, OpenAPI, health."""
