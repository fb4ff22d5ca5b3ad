// A generator in a process of its own: takes one job from its parent and gives back the figures.
import { type LoadJob, runLoad } from './overload-load.ts'

process.once('message', async (job: LoadJob) => {
  const figures = await runLoad(job)
  process.send?.(figures, () => process.exit(0))
})
