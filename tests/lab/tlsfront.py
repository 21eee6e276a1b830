"""tlsfront.py ADDRESS PORT BACKEND_PORT CERTIFICATE KEY: TLS before coturn, strictly.

coturn takes clear text on its TLS ports, so it can't tell a client that does TLS from one
that does not; here a handshake that fails ends the connection. Connections to coturn come
from ADDRESS itself: that is how its log shows which clients came by TLS.
"""
import asyncio
import ssl
import sys


async def carry(reader, writer):
    """Copies one direction to its end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (OSError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    address, port, backend, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(reader, writer):
        try:
            back_reader, back_writer = await asyncio.open_connection(
                address, int(backend), local_addr=(address, 0))
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, back_writer), carry(back_reader, writer))

    server = await asyncio.start_server(serve, address, int(port), ssl=context)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
