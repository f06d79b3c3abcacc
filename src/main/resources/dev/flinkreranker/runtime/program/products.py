  # Part of a program that has the attributes product_rows and short_sum. Products of long sums are cut into products
  # of product_rows rows, so that a row's bits do not depend on how many there are (see RowGrid).
  def linear(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    rows = torch.size(x, 0)
    product = self.product_rows
    if torch.__or__(torch.eq(product, 0), torch.lt(torch.size(w, 1), self.short_sum)):
      product = rows
    else:
      pass
    if torch.eq(product, rows):
      out = torch.linear(x, w, b)
    else:
      out = torch.empty([rows, torch.size(w, 0)], dtype=x.dtype, device=x.device)
      for i in range(rows // product):
        part = torch.narrow(out, 0, i * product, product)
        part = torch.linear(torch.narrow(x, 0, i * product, product), w, b, out=part)
    return out
