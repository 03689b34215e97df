// Uses the types that were generated from the document of ON-API 2.6: `node drive.js BASE`.
// Run by test_generated.py; prints what it has heard.
import createClient from "openapi-fetch";
import type { paths } from "./onapi-2.6.js";

declare const process: { argv: string[]; exit(status: number): never };
declare function btoa(text: string): string;

const ACCESS = "A-1401";
const client = createClient<paths>({
  baseUrl: process.argv[2] ?? "",
  headers: { Authorization: `Basic ${btoa("isp-north:demo")}` },
});

function told<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    console.error(JSON.stringify(answer.error));
    process.exit(1);
  }
  return answer.data;
}

const access = { params: { path: { id: ACCESS } } };
const status = told(await client.GET("/2.6/tech/access/{id}/link/status", access));
const macs = told(await client.GET("/2.6/tech/access/{id}/link/macaddresstable", access));
const report = told(await client.GET("/techinfo/v1/access/{id}", access));
const made = told(
  await client.POST("/2.6/tickets", {
    body: {
      accessId: ACCESS,
      createdBy: "drive.ts",
      heading: "by TypeScript",
      description: "A generated client made it.",
      problemType: "QUALITY",
      spTicketReference: "CASE-ts",
    },
  }),
);
const ref: string = made.coTicketReference;
const ofTicket = { params: { path: { ref } } };
const changed = await client.PATCH("/2.6/tickets/{ref}", {
  ...ofTicket,
  body: {
    status: "CLOSED",
    responsible: "SP",
    comment: { message: "It was only a test.", createdBy: "drive.ts" },
  },
});
const ticket = told(await client.GET("/2.6/tickets/{ref}", ofTicket));
const refused = await client.GET("/2.6/tech/access/{id}/hardware", {
  params: { path: { id: "A-9999" } },
});

console.log(
  JSON.stringify({
    link: status.link,
    macs: macs.length,
    code: report.diagnosis.code,
    changed: changed.response.status,
    ticket: ticket.heading,
    status: ticket.status,
    comments: ticket.comments.map((one) => one.message),
    refused: refused.error?.code,
  }),
);
