"""A contact, company or deal whole, each item reachable and changed in place."""
