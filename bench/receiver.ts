// A merchant's endpoint: answers at once, and says for each message when it came.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    response.writeHead(204).end()
    const number = /"number":(\d+)/.exec(body)?.[1]
    process.send?.([Number(number), Date.now()])
  })
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))
