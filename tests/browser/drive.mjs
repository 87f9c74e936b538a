// Opens a page in a headless browser, lets a script drive it, and prints what comes of it as one line of JSON, with
// "requests": every URL that the browser asked for. Anything unexpected, also an error in the console of a page, is told on
// standard error, with exit 1. CHROMIUM names the browser; default is Debian's.

import { chromium } from "playwright-core";

const TIMEOUT_MS = 30_000;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// `context` is what playwright takes for one; `script` is given the page and answers what is to be printed.
export async function drive(context, script) {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, timeout: TIMEOUT_MS, args: FLAGS }).catch((error) => {
    console.error(`${executablePath} does not start: ${error.message}`);
    process.exit(1);
  });
  try {
    const page = await (await browser.newContext(context)).newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const { requests, complaints } = listen(page);
    const outcome = await script(page).catch((error) => explain(error, page, complaints));
    if (complaints.length > 0) await explain(new Error("a page raised errors"), page, complaints);
    console.log(JSON.stringify({ ...outcome, requests }));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

function listen(page) {
  const requests = [];
  const complaints = [];
  page.on("request", (request) => {
    // Pictures inside a page are no requests to anyone.
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // What the content security policy refuses is told here only.
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { requests, complaints };
}

async function explain(error, page, complaints) {
  const shown = await page.locator("body").innerText({ timeout: 1000 }).catch(() => "nothing");
  error.message += [
    "",
    `the page is ${page.url()} and shows: ${shown.slice(0, 2000)}`,
    ...complaints.map((complaint) => `error in a page: ${complaint}`),
  ].join("\n");
  throw error;
}
