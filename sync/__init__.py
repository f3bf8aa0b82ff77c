"""The ERP: push what was sold, pull what can be sold, in a process of its own."""
