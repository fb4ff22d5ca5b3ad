/** Short texts that only 4.1 has; clients compare them to the letter (contract §7). */
export const notAllowed = 'You do not have permission to access this page.'
export const noSuchCall = 'API call not found'
export const checkCart = 'Warning: Please check the cart carefully for errors!'
export const productOutOfStock = 'Product not available in the desired quantity or not in stock!'
export const noSuchOption = 'Option could not be found!'
export const optionOutOfStock = 'Option not available in the desired quantity or not in stock!'
export const productsRequired = 'Warning: Products required!'
export const paymentAddressRequired = 'Warning: Payment address required!'
/** 2.3 to 4.0 write "it's". */
export const wrongCoupon = 'Warning: Coupon is either invalid, expired or reached its usage limit!'

export function required(name: string): string {
  return `${name} required!`
}

export function checkForm(name: string): string {
  return `Warning: Please check the ${name} form carefully for errors!`
}
