import type { Executor } from '../../ports/executor.ts'
import { request } from './request.ts'

/** Requests to web services, from control. */
export const http: Executor = {
  name: 'http',
  title: 'HTTP',
  description: 'Sends requests to web services from control, over kept connections, with certificates checked.',
  contract: 1,
  actions: [request],
}
