"""What the tests of several rooms share: a lane on a real ledger, with its own clock and ids."""
