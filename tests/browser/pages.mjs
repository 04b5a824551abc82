// Shows Chromium each page of a folder, narrow and by day, wide and by night, looks at it with axe, and
// prints what it found as JSON. Argument: a JSON object of chromium and folder, which has style.css too.
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../outside/', import.meta.url))
const puppeteer = require('puppeteer-core')
const axe = require('axe-core').source
const told = JSON.parse(process.argv[2])
const VIEWS = [{ width: 360, scheme: 'light' }, { width: 1280, scheme: 'dark' }]
const SITE = 'http://pages.test/'
const seen = []

const read = (name) => readFileSync(`${told.folder}/${name}`, 'utf8')

const browser = await puppeteer.launch({ executablePath: told.chromium, args: ['--no-sandbox'] })
const page = await browser.newPage()
await page.setRequestInterception(true)
page.on('request', (request) => {
  const path = new URL(request.url()).pathname
  if (request.isNavigationRequest()) return request.respond({ contentType: 'text/html; charset=utf-8', body: read(path.slice(1)) })
  if (path.endsWith('.css')) return request.respond({ contentType: 'text/css', body: read('style.css') })
  return request.respond({ status: 204 })
})
for (const view of VIEWS) {
  await page.setViewport({ width: view.width, height: 800 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: view.scheme }])
  for (const name of readdirSync(told.folder).filter((one) => one.endsWith('.html')).sort()) {
    await page.goto(`${SITE}${name}`)
    await page.evaluate(axe)
    seen.push({
      name, ...view,
      violations: await page.evaluate(async () => (await globalThis.axe.run()).violations.map(
        (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)),
      styled: await page.evaluate(() => document.styleSheets.length > 0),
      wide: await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
    })
  }
}
await browser.close()
console.log(JSON.stringify(seen))
