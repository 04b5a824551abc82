// Leads Chromium through the pages as people go, at each width and in each colour scheme, and
// prints what it saw as JSON. Argument: a JSON object of chromium, site and folder.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../outside/', import.meta.url))
const puppeteer = require('puppeteer-core')
const axe = require('axe-core').source
const told = JSON.parse(process.argv[2])
const REPORT = '/reporting/reports/2018-19'
const seen = []

async function look (page, name, view, errors) {
  await asPrinted(page, view, true)
  await page.evaluate(axe)
  const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`))
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  const small = await page.evaluate(() => [...document.querySelectorAll('button, .govuk-button, input[type=radio]')]
    .map((one) => one.getBoundingClientRect()).filter((one) => one.height > 0 && (one.height < 43.5 || one.width < 43.5)).length)
  const cdp = await page.createCDPSession()
  const { nodes } = await cdp.send('Accessibility.getFullAXTree')
  const roles = {}
  for (const one of nodes) if (!one.ignored) roles[one.role.value] = (roles[one.role.value] ?? 0) + 1
  seen.push({
    roles,
    name, ...view, path: new URL(page.url()).pathname, heading: await page.$eval('h1', (one) => one.textContent.trim()),
    violations: found, overflow: wide > view.width, small, errors: errors.splice(0),
  })
  await page.screenshot({ path: `${told.folder}/${name}-${view.width}-${view.scheme}.png`, fullPage: true })
  if (view.width === 1280 && view.scheme === 'light') writeFileSync(`${told.folder}/${name}.html`, await page.content())
  await asPrinted(page, view, false)
}

async function press (page, selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)])
}

async function shown (page, view) {
  const scheme = view.scheme === 'print' ? 'light' : view.scheme
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
}

// On paper nothing is pressed, so the page is looked at as print, and left by the screen's.
async function asPrinted (page, view, is) {
  if (view.scheme === 'print') await page.emulateMediaType(is ? 'print' : 'screen')
}

async function walk (browser, view) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const errors = []
  const expected = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    const refusal = message.text().match(/responded with a status of (\d+)/)
    if (refusal && expected.includes(Number(refusal[1]))) return
    if (['error', 'warn'].includes(message.type())) errors.push(message.text())
  })
  await page.setViewport({ width: view.width, height: 800 })
  await shown(page, view)

  await page.goto(`${told.site}/`)
  await look(page, 'start', view, errors)
  await page.goto(`${told.site}${REPORT}`)
  await press(page, '#head')
  await look(page, 'report', view, errors)
  const cookies = await page.cookies()
  await page.goto(`${told.site}/`)
  await look(page, 'start-signed-in', view, errors)
  await press(page, '.cards a')
  await look(page, 'reports', view, errors)
  const share = 'inclusion.at_risk_of_exclusion.share'
  await page.goto(`${told.site}/reporting/figures/${share}?year=2018-19&by=school-kind`)
  await look(page, 'figure', view, errors)
  await page.goto(`${told.site}/reporting/figures/${share}/lineage?year=2018-19`)
  await look(page, 'lineage', view, errors)
  await page.goto(`${told.site}/reporting/editions`)
  await look(page, 'editions', view, errors)
  expected.push(404, 422)
  await page.goto(`${told.site}/reporting/nothing`)
  await look(page, 'no-such-page', view, errors)
  await page.goto(`${told.site}/reporting/reports/2018-20`)
  await look(page, 'no-such-year', view, errors)
  await page.goto(`${told.site}/`)
  await press(page, '.top-viewer button')
  await page.waitForSelector('button[value=yes]')
  await press(page, 'button[value=yes]')
  await look(page, 'signed-out', view, errors)
  await page.goto(`${told.site}${REPORT}`)
  expected.push(403)
  await press(page, '#parent')
  await look(page, 'not-allowed', view, errors)
  await context.close()

  const other = await browser.createBrowserContext()
  const second = await other.newPage()
  await second.setViewport({ width: view.width, height: 800 })
  await shown(second, view)
  await second.goto(`${told.site}${REPORT}`)
  await press(second, '#stranger')
  await look(second, 'no-role', view, [])
  await other.close()
  return cookies
}

const browser = await puppeteer.launch({
  executablePath: told.chromium,
  args: ['--no-sandbox', '--ignore-certificate-errors'],
})
let cookies = []
for (const width of [360, 1280]) {
  for (const scheme of ['light', 'dark']) cookies = await walk(browser, { width, scheme })
}
await walk(browser, { width: 768, scheme: 'print' })
await browser.close()
process.stdout.write(JSON.stringify({ seen, cookies }))
