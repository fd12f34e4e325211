"""What is sold: SKUs, their other names, price lists."""
