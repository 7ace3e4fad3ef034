"""The exchange: goods and their prices, stock, sessions, redemption, vouchers."""
