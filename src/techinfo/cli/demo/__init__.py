"""What runs without a network: recorded switches, and the whole service over them."""
