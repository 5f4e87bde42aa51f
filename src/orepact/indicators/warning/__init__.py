"""Early warning of shortage and of flood."""
