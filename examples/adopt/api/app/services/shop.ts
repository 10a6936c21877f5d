export interface Order {
  readonly id: number
  readonly amount: number
  readonly currency: string
  invoiced: boolean
}

interface Cart {
  readonly owner: string
  readonly touchedAt: number
}

/** A real shop keeps this data in a database. */
class Shop {
  readonly orders: Order[] = []
  readonly carts = new Map<string, Cart>()
  readonly sessions = new Map<string, number>()
  rates: Readonly<Record<string, number>> = { EUR: 1 }

  order(amount: number, currency: string): Order {
    const order = { id: this.orders.length + 1, amount, currency, invoiced: false }
    this.orders.push(order)
    return order
  }

  inEuro({ amount, currency }: Order): number {
    const rate = this.rates[currency]
    if (rate === undefined) throw new Error(`No rate for ${currency}`)
    return amount / rate
  }
}

export const shop = new Shop()
