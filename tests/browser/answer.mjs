// Answers questionnaires by personal links in Chromium, each in its own way, looks at every page
// with axe, and prints what it saw as JSON. Argument: a JSON object of chromium, site, runs, pages
// (HTML of pages that no run meets) and, where pictures are to be kept, folder.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../outside/', import.meta.url))
const puppeteer = require('puppeteer-core')
const axe = require('axe-core').source
const told = JSON.parse(process.argv[2])
const PRESSED = 'main :is(button:not([hidden]), a.govuk-button, input:not([type=hidden]))'

// What a page is, and what is wrong with it. Text that the pseudo-language does not mark, and that is not
// marked as of another language, was not translated.
async function look (page, run, name) {
  const found = await page.evaluate((pressed) => {
    const small = [...document.querySelectorAll(pressed)].map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([one]) => one.outerHTML.slice(0, 90))
    const left = []
    if (document.documentElement.lang === 'ar-XB') {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const text = walker.currentNode
        const said = text.data.replace(/⟦[^⟧]*⟧/g, '').replace(/[\s\d:,?-]/g, '')
        const apart = text.parentElement.closest('[lang]') !== document.documentElement
        if (said && !apart && !text.parentElement.closest('code, textarea, [dir=auto]')) left.push(text.data.trim())
      }
    }
    return {
      heading: document.querySelector('h1').innerText.trim(), language: document.documentElement.lang,
      direction: getComputedStyle(document.body).direction, title: document.title, small, left,
      wide: document.documentElement.scrollWidth > innerWidth,
      scripts: document.scripts.length, answers: document.querySelectorAll('main textarea, main input:not([type=hidden])').length,
    }
  }, PRESSED)
  found.violations = run.script ? await broken(page) : []
  if (told.folder) {
    await page.screenshot({ path: `${told.folder}/answer-${run.name}-${run.seen.length}-${name}.png`, fullPage: true })
  }
  run.seen.push({ name, ...found })
}

async function broken (page) {
  await page.evaluate(axe)
  return page.evaluate(async () => (await globalThis.axe.run()).violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`))
}

async function going (page, press) {
  await Promise.all([page.waitForNavigation(), press()])
}

// -- three ways to use a page: by pointing, by the keyboard alone, by roles and names alone -------

const pointing = {
  press: (page, button) => going(page, () => page.click(`button[value="${button.step}"]:not([hidden])`)),
  async fill (page, one) {
    if (one.text === undefined) await page.click(`[name="${one.name}"][value="${one.value}"]`)
    else await page.type(`[name="${one.name}"]`, one.text)
  },
}

function here () {
  const { name, value, type } = document.activeElement
  return { name, value, type }
}

async function reach (page, is) {
  for (let keys = 0; keys < 80; keys += 1) {
    const now = await page.evaluate(here)
    if (is(now)) return now
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${is} on ${await page.title()}`)
}

const keys = {
  async press (page, button) {
    await reach(page, (now) => now.type === 'submit' && now.value === button.step)
    await going(page, () => page.keyboard.press('Enter'))
  },
  async fill (page, one) {
    let now = await reach(page, (now) => now.name === one.name)
    if (one.text !== undefined) {
      await page.keyboard.type(one.text)
      return
    }
    for (let moves = 0; now.type === 'radio' && now.value !== one.value; moves += 1) {
      if (moves > 12) throw new Error(`the arrows do not reach ${one.value}`)
      await page.keyboard.press('ArrowDown')
      now = await page.evaluate(here)
    }
    if (!(await page.evaluate(() => document.activeElement.checked))) await page.keyboard.press('Space')
  },
}

async function named (within, name, role) {
  const found = await within.$(`aria/${name}[role="${role}"]`)
  if (!found) throw new Error(`no ${role} is called ${name}`)
  return found
}

const tree = {
  press: async (page, button) => {
    const one = await named(page, button.name, 'button')
    await going(page, () => one.click())
  },
  async fill (page, one) {
    if (one.text !== undefined) {
      await (await named(page, one.question, 'textbox')).type(one.text)
      return
    }
    const group = await named(page, one.question, 'group')
    await (await named(group, one.label, one.kind)).click()
  },
}

const WAYS = { pointing, keys, tree }

// -- from the link to the receipt -----------------------------------------------------------------

// Fills in what the page asks and was not filled in yet.
async function fillIn (page, run, left) {
  for (const one of [...left]) {
    if (!(await page.$(`main :is(textarea, input:not([type=hidden]))[name="${one.name}"]`))) continue
    await WAYS[run.by].fill(page, one)
    left.splice(left.indexOf(one), 1)
  }
}

async function answer (browser, run) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  run.seen = []
  await page.setViewport({ width: run.width, height: run.height })
  await page.setJavaScriptEnabled(run.script)
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: run.light }])
  const press = (step) => WAYS[run.by].press(page, { step, name: run.buttons[step] })
  await page.goto(`${told.site}/survey/answer/${run.token}`)
  if (run.language) await press(`language:${run.language}`)
  await look(page, run, 'start')
  await press('begin')
  const left = [...run.answers]
  if (run.paced) {
    for (let number = 1; number <= run.places; number += 1) {
      await fillIn(page, run, left)
      await look(page, run, `question-${number}`)
      if (number === 2) await press('back')
      if (number === 2) await press('next')
      if (run.by === 'keys' && number === 1) await going(page, () => page.keyboard.press('Enter'))
      else await press('next')
    }
  } else {
    await press('check')
    await look(page, run, 'faults')
    for (let pages = 0; pages < 4 && left.length > 0; pages += 1) {
      await fillIn(page, run, left)
      await look(page, run, `questions-${pages + 1}`)
      await press('check')
    }
  }
  await look(page, run, 'check')
  await press('send')
  await look(page, run, 'receipt')
  await context.close()
}

// The pages that lie beside the way: kept for later, not wanted, no such link, and those of a busy service.
async function others (browser, run) {
  const page = await (await browser.createBrowserContext()).newPage()
  run.seen = []
  await page.setViewport({ width: run.width, height: run.height })
  await page.goto(`${told.site}/survey/answer/${run.token}`)
  const press = (step) => WAYS.pointing.press(page, { step })
  await press('begin')
  await press('save')
  await look(page, run, 'saved')
  await press('decline')
  await look(page, run, 'declined')
  await page.goto(`${told.site}/survey/answer/${'A'.repeat(43)}`)
  await look(page, run, 'gone')
  for (const [name, html] of Object.entries(told.pages)) {
    await page.setContent(html)
    await look(page, run, name)
  }
}

const browser = await puppeteer.launch({ executablePath: told.chromium, args: ['--no-sandbox'] })
for (const run of told.runs) await (run.answers ? answer : others)(browser, run)
await browser.close()
process.stdout.write(JSON.stringify(told.runs.map(({ name, seen }) => ({ name, seen }))))
