// The generator's own ceiling: a server that reads a call and answers at once.
import { createServer } from 'node:http'

const body = '{"error_code":0}'
createServer((incoming, outgoing) => {
  incoming.resume()
  incoming.on('end', () => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    outgoing.end(body)
  })
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('empty listens on\n'))
