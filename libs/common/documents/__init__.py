"""What is read outside the product: charts, tables as files, and documents to print.

Everything here is made from plain values that a service has already decided to show.
"""
