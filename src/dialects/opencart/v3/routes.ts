import type { Routes } from '../route.ts'
import { cartRoutes } from './cart.ts'
import { customerRoutes } from './customer.ts'
import { ordersOf3 } from './orders.ts'
import { paymentRoutes } from './payment.ts'
import { promotionRoutes } from './promotions.ts'
import { shippingRoutes } from './shipping.ts'
import { voucherAddRoutes } from './voucher-add.ts'

/** The routes of 2.3 and 3.0 behind the login (contract §3). */
export const routesOf3: Routes = new Map([
  ...cartRoutes,
  ...customerRoutes,
  ...paymentRoutes,
  ...shippingRoutes,
  ...promotionRoutes,
  ...voucherAddRoutes,
  ...ordersOf3,
])
