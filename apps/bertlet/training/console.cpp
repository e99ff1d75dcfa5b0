#include "apps/bertlet/training/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "bert/io/files/file.h"
#include "core/require.h"

namespace apps {

namespace {

namespace train = bertlet::train;
using bertlet::io::Json;

volatile std::sig_atomic_t interrupted = 0;

void end_after_step(int /*signal*/) {
  if (interrupted != 0) {
    bertlet::io::remove_partial_files();
    std::_Exit(130);
  }
  interrupted = 1;
}

const std::set<std::string> last = {"step", "lr", "grad_norm"};  // in a line, or said otherwise

std::string spaced(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

}  // namespace

TrainingConsole::TrainingConsole(const train::TrainerOptions& options, Text text, const CommonOptions& common)
    : options_(options),
      text_(std::move(text)),
      common_(common),
      progress_("training", options.steps, {1, "steps"}, common.quiet || common.json) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, end_after_step);
  std::signal(SIGPIPE, SIG_IGN);
}

train::Listener TrainingConsole::listener() {
  return {.on_step = [this](int64_t step) { progress_.at(step); },
          .on_line = [this](const Json& line) { show(line); },
          .interrupted = [this] { return interrupted != 0 || lost_ != 0; }};
}

void TrainingConsole::show(const Json& line) {
  progress_.wipe();
  if (common_.json) print(line.dump());
  if (!talks()) return;
  print(text_of(line));
  if (const std::string text = hint(line); !text.empty()) print(text);
}

// Where nobody reads any more, or the disk is full, a training ends as by Ctrl-C: it saves.
void TrainingConsole::print(const std::string& line) {
  const std::string text = line + '\n';
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) lost_ = errno;
}

std::string TrainingConsole::text_of(const Json& line) const {
  const std::string total = std::to_string(options_.steps);
  std::string text = fmt::format("step {:{}}/{}", line["step"].integer(), total.size(), total);
  const Json* evaluation = line.find("evaluation");
  if (evaluation) text += "  held out";
  const Json& measures = evaluation ? *evaluation : line;
  for (const auto& [name, value] : measures.items())
    if (!last.contains(name)) text += measure(name, value.number());
  if (line.contains("lr"))
    text += fmt::format("  lr {:.2e}  |g| {:.2f}", line["lr"].number(), line["grad_norm"].number());
  return text;
}

std::string TrainingConsole::measure(const std::string& name, double value) const {
  std::string text = fmt::format("  {} {:.4g}", spaced(name), value);
  const auto found = text_.references.find(name);
  if (found == text_.references.end()) return text;
  std::string beside;
  for (const auto& [reference, at] : found->second)
    beside += fmt::format("{}{} {:.3g}", beside.empty() ? "" : ", ", reference, at);
  return text + " (" + beside + ")";
}

std::string TrainingConsole::hint(const Json& line) {
  const Json* value = line.find(text_.watched);
  if (!value || !plateau_.sits_at(value->number())) return {};
  return fmt::format("hint: for {} steps {} has been about {:.3g}. {}", 20 * options_.log_every, spaced(text_.watched),
                     value->number(), text_.advice(value->number()));
}

void TrainingConsole::end(train::Ending ending, const std::string& run) {
  progress_.wipe();
  std::signal(SIGPIPE, SIG_DFL);
  if (lost_ == EPIPE) std::raise(SIGPIPE);
  bertlet::require(lost_ == 0, "stdout: {}; {} is saved, and --resume goes on", std::strerror(lost_), run);
  const char* how = ending == train::Ending::interrupted     ? "Interrupted; --resume goes on"
                    : ending == train::Ending::time_up       ? "The time is up; --resume goes on"
                    : ending == train::Ending::patience_lost ? "Nothing got better any more"
                                                             : "Done";
  if (talks()) fmt::print("{}. Everything is in {}; bertlet report {} shows it\n", how, run, run);
}

int exit_code(train::Ending ending) { return ending == train::Ending::interrupted ? 130 : 0; }

}  // namespace apps
