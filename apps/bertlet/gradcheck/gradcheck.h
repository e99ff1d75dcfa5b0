#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// The gradient proof, computed in double, for the program, which is in float: plain types only.
namespace apps {

struct GradcheckCase {
  std::string operation, inputs, note;  // the note tells cases on the same shapes apart
};

struct GradcheckRow {
  GradcheckCase of;
  int64_t derivatives = 0;                  // how many were compared
  double worst = 0;                         // relative error
  std::vector<std::string> also_held = {};  // which further properties were tested and held
  std::vector<std::string> wrong = {};      // nothing: all is right
};

struct GradcheckRequest {
  std::string operation;  // nothing: all of them
  std::uint64_t seed = 1;
  int threads = 0;
};

std::vector<GradcheckCase> gradcheck_cases(const std::string& operation = {});  // nothing: all of them
void gradcheck(const GradcheckRequest&, const std::function<void(const GradcheckRow&)>& show);

}  // namespace apps
