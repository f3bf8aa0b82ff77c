"""Our profiles beside the ERPs' own code, where an ERP can be installed from a package registry."""
