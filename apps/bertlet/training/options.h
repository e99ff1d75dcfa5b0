#pragma once
#include "apps/bertlet/command.h"
#include "bert/train/trainer.h"

// Where every training leaves what it makes.
namespace apps {

struct RunOptions {
  std::string out;
  bool resume = false, force = false;

  void visit(const options::Visitor& f);
};
bertlet::train::RunDirectory run_directory(const RunOptions& options);

}  // namespace apps
