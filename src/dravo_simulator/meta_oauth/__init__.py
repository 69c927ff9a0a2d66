"""How an app gets tokens of the simulated Meta: Facebook Login for Pages and linked Instagram accounts, Instagram Login."""
