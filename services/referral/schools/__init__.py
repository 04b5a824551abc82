"""Schools, as the national register has them."""
