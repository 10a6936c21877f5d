import { randomUUID } from 'node:crypto'
import { Router } from 'express'
import { shop } from '../services/shop.ts'

const lifeMs = 30 * 60_000

export const sessions = Router()

sessions.post('/', (_request, response) => {
  const id = randomUUID()
  shop.sessions.set(id, Date.now() + lifeMs)
  shop.carts.set(id, { owner: id, touchedAt: Date.now() })
  response.status(201).json({ id })
})

sessions.delete('/:id', (request, response) => {
  shop.sessions.delete(request.params.id)
  response.status(204).end()
})
