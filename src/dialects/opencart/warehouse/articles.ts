import { listArticles } from '../../../core/catalogue.ts'
import { moduleRoute } from './module-route.ts'

/** Every article once, those of disabled products too (contract A.4). */
export const articles = moduleRoute(async ({ ctx, account }) => ({
  error: '',
  articles: await listArticles(ctx, account),
}))
