"""The company itself: name, money, clock, logo."""
