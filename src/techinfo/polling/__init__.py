"""Asks elements again and again, and hands what they tell to history."""
