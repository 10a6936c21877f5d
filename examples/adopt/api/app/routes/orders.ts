import { Router } from 'express'
import { shop } from '../services/shop.ts'

export const orders = Router()

orders.get('/', (_request, response) => {
  response.json(shop.orders)
})

orders.post('/', (request, response) => {
  const { amount, currency = 'EUR' } = request.body
  if (!(amount > 0)) {
    response.status(400).json({ error: 'amount must be above 0' })
    return
  }
  response.status(201).json(shop.order(amount, currency))
})

orders.get('/:id', (request, response) => {
  const order = shop.orders.find(({ id }) => id === Number(request.params.id))
  if (order) response.json({ ...order, euro: shop.inEuro(order) })
  else response.status(404).json({ error: 'no such order' })
})
