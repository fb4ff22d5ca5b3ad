import { describe, expect, it } from 'vitest'
import { findOrder } from '../../../src/core/find-order.ts'
import { useGateway } from '../../support/gateway.ts'
