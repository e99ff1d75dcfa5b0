#include "apps/bertlet/command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

#include "core/joined.h"
#include "core/require.h"

namespace apps {

namespace {

// What the user may not give is said in the message alone, not in --help.
template <class Number>
CLI::Validator within(Number least, Number most) {
  return CLI::Range(least, most).description("");
}

template <class Value>
CLI::Option* add(CLI::App& app, const char* name, const char* type, Value& value, const std::string& what) {
  return app.add_option(name, value, what)->type_name(type);
}

void say_default(CLI::Option* option, const std::string& value) {
  if (!value.empty()) option->capture_default_str();
}

}  // namespace

Command Command::add(const char* name, const char* what, const char* about) const {
  CLI::App* subcommand = app_->add_subcommand(name, what);
  subcommand->footer(about);
  return {*subcommand, *chosen_};
}

Command Command::add_family(const char* name, const char* what, const char* about) const {
  const Command family = add(name, what, about);
  family.app_->require_subcommand(1);
  return family;
}

void Command::flag(const char* name, bool& value, const char* what) { app_->add_flag(name, value, what); }

void Command::text(const char* name, const char* type, std::string& value, const char* what, Needed needed) {
  CLI::Option* option = apps::add(*app_, name, type, value, what)->required(needed == Needed::yes);
  say_default(option, value);
}

void Command::texts(const char* name, const char* type, std::vector<std::string>& values, const char* what,
                    Needed needed) {
  CLI::Option* option = apps::add(*app_, name, type, values, what)->required(needed == Needed::yes);
  if (!values.empty()) option->capture_default_str();
}

void Command::one_of(const char* name, const char* type, std::string& value, const std::vector<std::string>& values,
                     const char* what, Needed needed) {
  const std::string text = fmt::format("{}: {}", what, bertlet::joined(values, ", "));
  CLI::Option* option = apps::add(*app_, name, type, value, text)->required(needed == Needed::yes);
  option->check(CLI::IsMember(std::set<std::string>(values.begin(), values.end())).description(""));
  say_default(option, value);
}

void Command::number(const char* name, int& value, const char* what, Range range) {
  const auto least = static_cast<int>(range.least);
  const auto most = static_cast<int>(std::min<std::int64_t>(range.most, std::numeric_limits<int>::max()));
  apps::add(*app_, name, "N", value, what)->check(within(least, most))->capture_default_str();
}

void Command::number(const char* name, std::int64_t& value, const char* what, Range range) {
  apps::add(*app_, name, "N", value, what)->check(within(range.least, range.most))->capture_default_str();
}

void Command::number(const char* name, std::optional<std::int64_t>& value, const char* what, Range range) {
  apps::add(*app_, name, "N", value, what)->check(within(range.least, range.most));
}

void Command::number(const char* name, double& value, const char* what, RealRange range) {
  apps::add(*app_, name, "X", value, what)->check(within(range.least, range.most))->capture_default_str();
}

void Command::number(const char* name, std::optional<double>& value, const char* what, RealRange range) {
  apps::add(*app_, name, "X", value, what)->check(within(range.least, range.most));
}

void Command::numbers(const char* name, std::vector<std::int64_t>& values, const char* what, Range range) {
  apps::add(*app_, name, "N", values, what)->check(within(range.least, range.most))->delimiter(',');
}

void Command::common(CommonOptions& options) {
  number("--threads", options.threads, "How many threads compute; 0: one per core", {0, 1024});
  apps::add(*app_, "--seed", "N", options.seed, "Of all random numbers")
      ->check(within<std::int64_t>(0, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  flag("--json", options.json, "The result as one JSON object");
  flag("--quiet", options.quiet, "Less text");
}

void Command::runs(Action action) {
  app_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

namespace {

// Wrong usage in one line.
int explain(const CLI::App& app, const std::string& error) {
  const auto called = app.get_subcommands();
  const std::string name = called.empty() ? app.get_name() : app.get_name() + " " + called.front()->get_name();
  fmt::print(stderr, "{}: {} (see {} --help)\n", name, error, name);
  return 2;
}

}  // namespace

int run(const Program& program, int argc, char** argv) {
  CLI::App app(program.about, program.name);
  app.set_version_flag("--version", program.version);
  app.require_subcommand(0, 1);
  app.footer(program.footer);
  Action chosen;
  program.declare({app, chosen});
  try {
    app.parse(argc, argv);
    if (!chosen) throw CLI::RequiredError::Subcommand(1);
    const int code = chosen();
    const bool written = std::fflush(stdout) == 0;
    bertlet::require(written, "stdout: {}", std::strerror(errno));
    return code;
  } catch (const WrongUsage& error) {
    return explain(app, error.what());
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // for help or the version
    return asked ? app.exit(error) : explain(app, error.what());
  }
}

}  // namespace apps
