// Leads Chromium through the report, a figure and what it rests on, populations side by side, a draft
// and an edition by the keyboard alone, looks at each with axe, and prints what it found as JSON. Argument: a JSON object of chromium, site and, where
// pictures are to be kept, folder.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../outside/', import.meta.url))
const puppeteer = require('puppeteer-core')
const axe = require('axe-core').source
const told = JSON.parse(process.argv[2])
const PLACES = 'a[href], button, select, textarea, summary, input:not([type=hidden])'
const WIDTHS = [360, 768, 1280]
const LIGHTS = ['light', 'dark', 'print']
const seen = []

// Where the keyboard is now: the place's number on the page, and how it is shown to be there.
function here (places) {
  const at = document.activeElement
  const box = at.getBoundingClientRect()
  const look = getComputedStyle(at)
  return {
    place: [...document.querySelectorAll(places)].indexOf(at),
    words: at.textContent.trim().slice(0, 60),
    inMain: at.closest('main') !== null,
    marked: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
    inSight: box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1 && box.height > 0,
  }
}

async function tab (page) {
  await page.keyboard.press('Tab')
  return page.evaluate(here, PLACES)
}

// From the top to the end of the page: every place once, in its order, marked and in sight.
async function round (page, name) {
  await page.goto(page.url().split('#')[0])
  const places = await page.$$eval(PLACES, (all) => all.length)
  const faults = []
  for (let place = 0; place < places; place += 1) {
    const now = await tab(page)
    if (now.place !== place) faults.push(`${place} is not reached in its order: ${now.place} ${now.words}`)
    if (!now.marked) faults.push(`not marked: ${now.words}`)
    if (!now.inSight) faults.push(`out of sight: ${now.words}`)
  }
  const after = await tab(page)
  if (after.place > 0) faults.push(`the end leads back to ${after.place} ${after.words}`)
  seen.push({ name, heading: await heading(page), places, faults, ...(await skipped(page)), ...(await looked(page, name)) })
}

async function heading (page) {
  return page.$eval('h1', (one) => one.textContent.trim())
}

// The first key leads past the top to what the page is about, where there may be nothing to press.
async function skipped (page) {
  await page.goto(page.url().split('#')[0])
  const first = await tab(page)
  await page.keyboard.press('Enter')
  const next = await tab(page)
  const none = await page.$('main :is(a[href], button)') === null
  return { skip: first.words, inMain: page.url().endsWith('#main') && (none || next.inMain) }
}

// Go by Tab to the first place whose words begin so, and open it.
async function open (page, words) {
  for (let keys = 0; keys < 300; keys += 1) {
    const now = await tab(page)
    if (now.words.startsWith(words)) {
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
      return
    }
  }
  throw new Error(`the keyboard finds no ${words} on ${page.url()}`)
}

// Telling the browser of a medium makes it forget the colours that are asked for, and the other way.
async function shown (page, width, light) {
  await page.setViewport({ width, height: 800 })
  const scheme = light === 'print' ? 'light' : light
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  if (light === 'print') await page.emulateMediaType('print')
}

// At one width in each light or, where pictures are kept, at all.
async function looked (page, name) {
  const violations = []
  const wide = []
  await page.evaluate(() => document.activeElement.blur())
  for (const width of WIDTHS) {
    for (const light of LIGHTS) {
      const checked = width === WIDTHS[LIGHTS.indexOf(light)]
      if (!checked && !told.folder) continue
      await shown(page, width, light)
      if (await page.evaluate(() => document.documentElement.scrollWidth) > width) wide.push(`${width} ${light}`)
      if (told.folder) await page.screenshot({ path: `${told.folder}/${name}-${width}-${light}.png`, fullPage: true })
      if (checked) violations.push(...await broken(page, `${width} ${light}`))
    }
  }
  await shown(page, 1280, 'light')
  return { violations, wide }
}

async function broken (page, view) {
  await page.evaluate(axe)
  return page.evaluate(async (view) => (await globalThis.axe.run()).violations.map(
    (one) => `${view} ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`), view)
}

const browser = await puppeteer.launch({ executablePath: told.chromium, args: ['--no-sandbox'] })
const page = await browser.newPage()
await shown(page, 1280, 'light')

await page.goto(`${told.site}${told.report}`)
while ((await tab(page)).words !== '' || !(await page.evaluate(() => document.activeElement.type === 'radio')));
await page.keyboard.press('Space')
await open(page, 'Continue')
await round(page, 'report')
await page.goto(`${told.site}${told.report}`)
await open(page, told.figure)
await open(page, 'By sex')
await round(page, 'figure')
await open(page, 'Annual report')
seen.push({ name: 'back', heading: await heading(page) })
await page.goto(`${told.site}${told.report}`)
await open(page, told.figure)
await open(page, 'What this figure rests on')
await round(page, 'lineage')
await page.goto(`${told.site}/reporting/reports`)
await open(page, 'Populations side by side 2018-19')
await round(page, 'side-by-side')
await page.goto(`${told.site}/reporting/case-extracts`)
await round(page, 'case-by-case')
await page.goto(`${told.site}/reporting/drafts`)
await open(page, 'Annual report 2018-19')
await round(page, 'draft')
await page.goto(`${told.site}${told.stops}`)
const stops = await page.$$eval('.chart-stop', (all) => all.length)
seen.push({ name: 'figure-that-stops', heading: await heading(page), stops, ...(await looked(page, 'figure-that-stops')) })
await page.goto(`${told.site}/reporting/editions`)
await open(page, 'Annual report 2018-19, edition 1.0.0')
await round(page, 'edition')
await page.goto(page.url().split('#')[0])
await open(page, told.figure)
await round(page, 'edition-figure')
await browser.close()
process.stdout.write(JSON.stringify(seen))
