"""The pages under /my-network/."""
