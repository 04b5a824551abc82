"""What is read outside the product: charts, tables as files, documents to print."""
