"""ON-API over REST, and what stands beside it. FastAPI and ON-API's spelling live here only."""
