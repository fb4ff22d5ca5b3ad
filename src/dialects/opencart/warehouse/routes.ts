import type { Route, Routes } from '../route.ts'
import { addProducts } from './add-products.ts'
import { articles } from './articles.ts'
import { cats } from './cats.ts'
import { getNames } from './get-names.ts'
import { getProducts } from './get-products.ts'
import { orders } from './orders.ts'
import { statuses } from './statuses.ts'
import { updateNames } from './update-names.ts'
import { updateOrder } from './update-order.ts'
import { updatePrice } from './update-price.ts'
import { updateQuantity } from './update-quantity.ts'

const methods: Readonly<Record<string, Route>> = {
  statuses,
  cats,
  orders,
  updateorder: updateOrder,
  articles,
  addproducts: addProducts,
  updatequantity: updateQuantity,
  updateprice: updatePrice,
  getproducts: getProducts,
  getnames: getNames,
  updatenames: updateNames,
}

export const warehouseRoutes: Routes = new Map(
  Object.entries(methods).map(([method, route]) => [`api/zstore/${method}`, route]),
)
