#include "apps/bertlet/training/console.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <set>

namespace apps {

namespace {

namespace train = bertlet::train;
using bertlet::io::Json;

volatile std::sig_atomic_t interrupted = 0;

void end_after_step(int /*signal*/) {
  if (interrupted != 0) std::_Exit(130);
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
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, end_after_step);
}

train::Listener TrainingConsole::listener() {
  return {.on_step = [this](int64_t step) { progress_.at(step); },
          .on_line = [this](const Json& line) { show(line); },
          .interrupted = [] { return interrupted != 0; }};
}

void TrainingConsole::show(const Json& line) {
  progress_.wipe();
  if (common_.json) fmt::print("{}\n", line.dump());
  if (talks()) {
    fmt::print("{}\n", text_of(line));
    hint(line);
  }
  std::fflush(stdout);
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

void TrainingConsole::hint(const Json& line) {
  const Json* value = line.find(text_.watched);
  if (!value || !plateau_.sits_at(value->number())) return;
  fmt::print("hint: for {} steps {} has been about {:.3g}. {}\n", 20 * options_.log_every, spaced(text_.watched),
             value->number(), text_.advice(value->number()));
}

void TrainingConsole::end(train::Ending ending, const std::string& run) {
  progress_.wipe();
  const char* how = ending == train::Ending::interrupted     ? "Interrupted; --resume goes on"
                    : ending == train::Ending::time_up       ? "The time is up; --resume goes on"
                    : ending == train::Ending::patience_lost ? "Nothing got better any more"
                                                             : "Done";
  if (talks()) fmt::print("{}. Everything is in {}; bertlet report {} shows it\n", how, run, run);
}

int exit_code(train::Ending ending) { return ending == train::Ending::interrupted ? 130 : 0; }

}  // namespace apps
