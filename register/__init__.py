"""What a lane can do, without a screen: one method for each thing an operator means."""
