// Generated from schemas/runbook.v1.schema.json by "npm run generate". Do not edit.

/** Keys that a step may have, by its form. */
export const stepKeys = {
  action: ['id','title','description','when','action','with','on','max_concurrency','role','deadline','retry','on_failure','on_unknown','duration','impact','back_out','point_of_no_return','cleanup','expected_result','evidence','outputs','covers','raci','after'],
  manual: ['id','title','description','when','manual','form','on','role','deadline','on_failure','duration','impact','back_out','point_of_no_return','cleanup','expected_result','evidence','covers','raci','after'],
  gate: ['id','title','description','when','gate','role','duration','covers','raci','evidence','expected_result','after'],
  rollout: ['id','title','description','when','rollout','role','deadline','on_failure','on_unknown','duration','impact','back_out','point_of_no_return','cleanup','expected_result','evidence','covers','raci','after'],
  acceptance: ['id','title','description','when','acceptance','criteria','role','deadline','on_failure','duration','covers','raci','evidence','expected_result','after'],
  steps: ['id','title','description','when','parallel','for_each','steps','role','deadline','on_failure','duration','impact','cleanup','covers','raci','expected_result','after'],
} as const

/** Keys that an acceptance criterion may have, by its form. */
export const criterionKeys = {
  action: ['id','title','description','severity','baseline','covers','action','with','on','pass_when'],
  manual: ['id','title','description','severity','baseline','covers','manual','role'],
} as const
