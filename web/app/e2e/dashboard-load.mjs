import assert from 'node:assert/strict'
import { jobsOf } from './jobs.mjs'

export const path = '/healthz'

const jobCount = 10_000
const updatesPerSecond = 200
const measuredMs = 5_000
/** Whatever else runs on the machine makes tasks long too, but not in each of these. */
const mostSpells = 8

export const tests = [
  {
    name: 'stays smooth with 10,000 jobs and 200 updates a second',
    run: (opened) => staysSmooth(opened, '?sort=filename', 0),
    ownServer: true,
  },
  {
    name: 'stays smooth where each of the updates moves a row to the top',
    run: (opened) => staysSmooth(opened, '?sort=-updated', 400),
    ownServer: true,
  },
]

let made

/** `firstDriven`: the one of the jobs that the updates begin with. */
async function staysSmooth({ page, server }, search, firstDriven) {
  const jobs = jobsOf(server)
  made ??= await jobs.many(jobCount, (n) => `load-${String(n).padStart(5, '0')}.bin`)
  await page.addInitScript(() => {
    window.longTasks = []
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration })
    }).observe({ type: 'longtask' })
  })
  await page.goto(`${server.url()}/admin/background-processing-sse${search}`)
  await page.getByText(`${jobCount.toLocaleString('en')} of ${jobCount.toLocaleString('en')} shown`).waitFor()

  const driver = driveUpdates(jobs, made.slice(firstDriven, firstDriven + 400))
  await page.getByText('Step 3', { exact: true }).first().waitFor()
  const spells = []
  do spells.push(await longTasksWhile(page, () => scrollAround(page, measuredMs)))
  while (spells.at(-1).length > 0 && spells.length < mostSpells)
  const rate = await driver.stop()
  const rendered = await page.locator('.grid-rows > .job-row').count()
  console.log(`        ${Math.round(rate)} updates a second; long tasks: ${JSON.stringify(spells)} ms`)
  assert.ok(rate > updatesPerSecond * 0.9, `only ${rate} updates a second reached the server`)
  assert.ok(rendered < 100, `${rendered} rows exist`)
  assert.deepEqual(spells.at(-1), [], 'long tasks')
}

/** The durations in ms of the long tasks that began meanwhile. */
async function longTasksWhile(page, action) {
  const begun = await page.evaluate(() => performance.now())
  await action()
  const tasks = await page.evaluate(() => window.longTasks)
  return tasks.filter(({ startTime }) => startTime >= begun).map(({ duration }) => Math.round(duration))
}

/** Down and up again with the wheel, as someone looks for a job; then the pointer is away. */
async function scrollAround(page, forMs) {
  await page.getByRole('grid').hover()
  const end = Date.now() + forMs / 2
  for (let step = 0; Date.now() < end; step += 1) {
    await page.mouse.wheel(0, step % 80 < 40 ? 120 : -120)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  }
  await page.getByRole('heading', { name: 'Server' }).hover()
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), forMs / 2)
}

/** Each job in turn takes a step; no faster than the log takes its reports. */
function driveUpdates(jobs, driven) {
  const startedAt = Date.now()
  let sent = 0
  let running = true
  const progressOf = (round) => Math.min(99, round * 2)
  async function drive() {
    while (running) {
      const due = Math.floor(((Date.now() - startedAt) / 1000) * updatesPerSecond)
      const batch = []
      for (; sent < due; sent += 1) {
        const round = Math.floor(sent / driven.length)
        const change = { progress: progressOf(round), message: `Step ${round}` }
        batch.push(
          jobs.patch(
            driven[sent % driven.length],
            round === 0 ? { status: 'processing', ...change } : change,
          ),
        )
      }
      await Promise.all(batch)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const done = drive()
  return {
    async stop() {
      running = false
      await done
      return sent / ((Date.now() - startedAt) / 1000)
    },
  }
}
