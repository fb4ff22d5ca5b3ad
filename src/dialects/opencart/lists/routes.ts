import { inText, type Route, type Routes } from '../route.ts'
import { listCustomers } from './customers.ts'
import { listOrderProducts, listOrderStatuses, listOrders } from './orders.ts'
import { listProducts } from './products.ts'
import { setQuantities } from './quantity.ts'

const route = (run: Route['run']): Route => ({ says: inText, run })

/** Lists that OpenCart lacks and integrators build again and again (contract §9). */
export const listRoutes: Routes = new Map([
  ['api/order', route(listOrders)],
  ['api/order/products', route(listOrderProducts)],
  ['api/order/statuses', route(listOrderStatuses)],
  ['api/product', route(listProducts)],
  ['api/product/quantity', route(setQuantities)],
  ['api/customer/list', route(listCustomers)],
])
