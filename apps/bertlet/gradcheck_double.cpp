#include <set>

#include "apps/bertlet/gradcheck.h"
#include "core/check/case.h"
#include "core/parallel.h"

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

GradcheckRow row_of(const Case& c, std::uint64_t seed) {
  const GradcheckReport report = bertlet::gradcheck(c.f, c.draw(), {.seed = seed});
  GradcheckRow row{
      .operation = c.operation, .inputs = c.inputs_text(), .derivatives = report.derivatives, .worst = report.worst};
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

std::vector<std::string> gradcheck_operations() {
  std::set<std::string> names;
  for (const Case& c : core_cases()) names.insert(c.operation);
  return {names.begin(), names.end()};
}

void gradcheck(const GradcheckRequest& request, const std::function<void(const GradcheckRow&)>& show) {
  set_threads(request.threads);
  for (const Case& c : core_cases())
    if (request.operation.empty() || c.operation == request.operation) show(row_of(c, request.seed));
}

}  // namespace apps
