#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <system_error>

#include "apps/bertlet/command.h"
#include "bert/io/files/file.h"
#include "core/kernels/isa.h"
#include "core/warning.h"

// Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted.
namespace apps {

namespace {

std::string version() {
  return fmt::format("bertlet {} (kernels {})", BERTLET_VERSION, bertlet::isa_name(bertlet::isa()));
}

void declare(const Command& program) {
  add_attention(program);
  add_bench(program);
  add_convert(program);
  add_data(program);
  add_encode(program);
  add_evaluate(program);
  add_explain(program);
  add_fill_mask(program);
  add_finetune(program);
  add_generate(program);
  add_gradcheck(program);
  add_heads(program);
  add_info(program);
  add_lens(program);
  add_map(program);
  add_neighbours(program);
  add_predict(program);
  add_pretrain(program);
  add_probe(program);
  add_report(program);
  add_romeo(program);
  add_run(program);
  add_sample_data(program);
  add_senses(program);
  add_surprise(program);
  add_tokenize(program);
  add_trace(program);
  add_vocab(program);
}

// A standard stream that is closed would be the first file that is opened. It is opened such that using it fails.
void occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void end_by(int signal) {
  bertlet::io::remove_partial_files();
  if (signal == SIGINT) std::_Exit(130);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// A reader that has enough, such as head, ends us quietly, by SIGPIPE.
void listen_to_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, end_by);
}

std::string why(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
    return "out of memory: want more of it, a smaller model, or less at once (--batch, --tokens, --max-length)";
  if (const auto* of_file = dynamic_cast<const std::filesystem::filesystem_error*>(&error))
    return fmt::format("{}: {}", of_file->path1().string(), of_file->code().message());
  if (const auto* of_system = dynamic_cast<const std::system_error*>(&error); of_system && std::ferror(stdout) != 0) {
    if (of_system->code() == std::errc::broken_pipe) end_by(SIGPIPE);
    return "stdout: " + of_system->code().message();
  }
  return error.what();
}

}  // namespace

}  // namespace apps

int main(int argc, char** argv) {
  apps::occupy_standard_streams();
  apps::listen_to_signals();
  try {
    return apps::run({.name = "bertlet",
                      .about = "A deep-learning framework as small as BERT allows.",
                      .footer = "Each subcommand has its own --help. Example: bertlet gradcheck --op softmax",
                      .version = apps::version(),
                      .declare = apps::declare},
                     argc, argv);
  } catch (const std::exception& error) {
    bertlet::say("bertlet: " + apps::why(error));
    return 1;
  }
}
