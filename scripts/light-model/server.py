"""The embedded light model behind llama.cpp's OpenAI-compatible server, on this machine only.

Ends when its standard input closes, so that it never outlives the process that started it.
"""

import argparse
import os
import signal
import sys

import xllamacpp


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    # Ctrl-C is for the supervisor, which ends its children in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = xllamacpp.Server(server_parameters(arguments))
    print(f"ready at {server.listening_address}", flush=True)
    # The server runs on threads of its own; this one waits for the end of the supervisor.
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="path of a GGUF file")
    parser.add_argument("--name", required=True, help="model name on the wire")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--parallel", type=int, default=4, help="requests answered at the same time")
    parser.add_argument("--context-tokens", type=int, default=2048, help="for each request")
    return parser.parse_args()


def server_parameters(arguments):
    parameters = xllamacpp.CommonParams()
    parameters.model.path = arguments.model
    parameters.model_alias = {arguments.name}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = arguments.port
    parameters.n_parallel = arguments.parallel
    parameters.n_ctx = arguments.context_tokens * arguments.parallel
    parameters.n_gpu_layers = 0
    # One thread: with two on two busy cores the model falls from 84 to 1 token a second.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.use_jinja = True
    parameters.warmup = True
    parameters.ui = False
    # Neither prompts in the log nor a route that shows them.
    parameters.verbosity = 1
    parameters.endpoint_slots = False
    return parameters


main()
