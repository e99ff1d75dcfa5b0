#include "apps/bertlet/gradcheck/gradcheck.h"
#include "core/check/case.h"
#include "core/parallel.h"
#include "nn/cases.h"

namespace apps {

namespace {

using namespace bertlet;

struct Property {
  const char* name;
  std::string (*wrong)(const Case&);
  bool (*applies)(const Case&);
};

constexpr auto always = [](const Case&) { return true; };

const Property properties[] = {
    {"sums", wrong_accumulation, always},
    {"memory", leak, always},
    {"alias", wrong_alias, [](const Case& c) { return c.accepts_alias(); }},
    {"twin", wrong_value, [](const Case& c) { return static_cast<bool>(c.twin); }},
};

std::vector<Case> cases_of(const std::string& operation) {
  std::vector<Case> cases = core_cases(), layers = nn_cases();
  cases.insert(cases.end(), layers.begin(), layers.end());
  if (!operation.empty()) std::erase_if(cases, [&](const Case& c) { return c.operation != operation; });
  return cases;
}

GradcheckCase shown(const Case& c) { return {c.operation, c.inputs_text(), c.note}; }

GradcheckRow row_of(const Case& c, std::uint64_t seed) {
  const GradcheckReport report = bertlet::gradcheck(c.f, c.draw(), {.seed = seed});
  GradcheckRow row{.of = shown(c), .derivatives = report.derivatives, .worst = report.worst};
  if (!report.passed) row.wrong.push_back(report.text());
  for (const Property& property : properties) {
    if (!property.applies(c)) continue;
    std::string wrong = property.wrong(c);
    if (wrong.empty())
      row.also_held.emplace_back(property.name);
    else
      row.wrong.push_back(std::move(wrong));
  }
  return row;
}

}  // namespace

std::vector<GradcheckCase> gradcheck_cases(const std::string& operation) {
  std::vector<GradcheckCase> cases;
  for (const Case& c : cases_of(operation)) cases.push_back(shown(c));
  return cases;
}

void gradcheck(const GradcheckRequest& request, const std::function<void(const GradcheckRow&)>& show) {
  set_threads(request.threads);
  for (const Case& c : cases_of(request.operation)) show(row_of(c, request.seed));
}

}  // namespace apps
