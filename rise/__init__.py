"""The ground the apps stand on: settings, addresses, Celery, forms, the private database and the two commands.

Left empty on purpose: ``rise.bootstrap`` imports this package before any other package is installed.
"""
